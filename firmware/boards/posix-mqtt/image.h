/* The firmware's variables as they were before it ran: what the C start-up of a board writes anew at each reset. */
#ifndef IMAGE_H
#define IMAGE_H

/* Keeps a copy of .data and .bss. Ends the program when it cannot. */
void image_keep(void);
/* Writes both as they were then. Nobody else may be using them. */
void image_restore(void);

#endif
