/* The model this image was built with: the bytes of the file that make was given as MODEL (model.S). */
#ifndef MODEL_H
#define MODEL_H

#include <stdint.h>

extern const uint8_t model_lnn[];
extern const uint8_t model_lnn_end[];

#endif
