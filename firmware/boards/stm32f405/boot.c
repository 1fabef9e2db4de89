#include "boot.h"

#include "ossicle_crc32.h"
#include "registers.h"

#define MAGIC 0x0551C1E5u

/* Not cleared at start. After power-on it holds noise, which is welcome in the id. */
static struct {
	uint32_t magic;
	uint32_t boots;
	uint32_t note;
} kept __attribute__((section(".rig.kept")));

static uint32_t id;
static const char *cause;

static const char *cause_on_silicon(uint32_t flags) {
	if ((flags & (RCC_CSR_IWDGRSTF | RCC_CSR_WWDGRSTF)) != 0) {
		return "watchdog";
	}
	if ((flags & RCC_CSR_SFTRSTF) != 0) {
		return "software";
	}
	if ((flags & RCC_CSR_PORRSTF) != 0) {
		return "power-on"; /* also sets BORRSTF and PINRSTF: RM0090 7.3.21 */
	}
	if ((flags & RCC_CSR_BORRSTF) != 0) {
		return "brown-out";
	}
	return "pin";
}

void boot_start(bool is_virtual) {
	uint32_t mixed[6] = { kept.magic, kept.boots, kept.note, 0, 0, 0 };
	bool warm = kept.magic == MAGIC;
	if (!is_virtual) {
		mixed[3] = UNIQUE_ID_0;
		mixed[4] = UNIQUE_ID_1;
		mixed[5] = UNIQUE_ID_2;
	}
	cause = warm && kept.note == BOOT_NOTE_FAULT ? "fault"
		: warm && kept.note == BOOT_NOTE_SOFTWARE ? "software"
		: is_virtual ? (warm ? "pin" : "power-on")
		: cause_on_silicon(RCC_CSR);
	if (!is_virtual) {
		RCC_CSR |= RCC_CSR_RMVF;
	}
	kept.boots = warm ? kept.boots + 1u : kept.boots ^ kept.magic;
	kept.magic = MAGIC;
	kept.note = BOOT_NOTE_NONE;
	mixed[1] = kept.boots;
	id = ossicle_crc32(0, mixed, sizeof mixed);
}

uint32_t boot_id(void) {
	return id;
}

const char *boot_cause(void) {
	return cause;
}

void boot_restart(enum boot_note note) {
	kept.note = note;
	__asm__ volatile("dsb" : : : "memory");
	SCB_AIRCR = SCB_AIRCR_SYSRESETREQ;
	for (;;) {
		__asm__ volatile("dsb");
	}
}
