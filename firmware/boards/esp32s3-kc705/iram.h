/* Code that runs from RAM: whatever an interrupt may need. An ESP32-S3's flash is out of reach while it is written to. */
#ifndef IRAM_H
#define IRAM_H

#define IRAM __attribute__((section(".iram.text")))

#endif
