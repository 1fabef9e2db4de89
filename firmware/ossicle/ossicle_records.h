/* Inference records, scores, features and ADC blocks: packed, kept and written as lines. PROTOCOL.md section 2. */
#ifndef OSSICLE_RECORDS_H
#define OSSICLE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "ossicle_app.h"
#include "ossicle_port.h"
#include "ossicle_stage.h"

struct ossicle;

/* One inference record, unpacked. */
struct ossicle_record {
	uint32_t hop;
	uint32_t sample_end;
	uint64_t start_cycles;
	uint32_t irq_cycles;
	uint32_t awake_cycles;
	uint16_t timestep;
	uint8_t label;
	uint8_t flags;
};

/* Writes OSSICLE_RECORD_BYTES(stages) bytes. */
void ossicle_record_pack(
	uint8_t *to, const struct ossicle_record *record, const uint32_t *stage_cycles, uint8_t stages
);

/* Bytes of the clip store that the results of `hops` inferences over `samples` samples need, by the current CONFIG. */
uint64_t ossicle_results_bytes(const struct ossicle *device, uint32_t hops, uint32_t samples);

/* Keeps one inference; in `fast` and `realtime` writes a block whenever it is full. */
void ossicle_records_add(
	struct ossicle *device, const struct ossicle_stamp *begun, uint32_t awake_cycles, bool saturated,
	const struct ossicle_stages *stages, const struct ossicle_result *result
);

/* Writes a `features` line for the hop that was last added. At once: no buffer, and only where the link may be used. */
void ossicle_features_write(struct ossicle *device);

/* Writes all that is still kept. */
void ossicle_records_flush(struct ossicle *device);

void ossicle_adc_begin(struct ossicle *device);
/* Takes what the ADC has: as lines, in preload into the store. */
void ossicle_adc_drain(struct ossicle *device);
void ossicle_adc_end(struct ossicle *device);

#endif
