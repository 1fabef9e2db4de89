/* The FFT's passes by Arm's CMSIS-DSP: linked in place of ours with CMSIS_DSP=<path> (cmsis.mk). */
#include "arm_const_structs.h"
#include "arm_math.h"
#include "fft.h"

/* The kernel works in place, takes the points in their order and leaves the spectrum in its own; each of its four passes of
 * radix 4 shifts right by two. */
#define HALVINGS 8u

uint32_t fft_transform(struct fft *f) {
	arm_cfft_q15(&arm_cfft_sR_q15_len256, (q15_t *)f->points, 0, 1);
	return HALVINGS;
}
