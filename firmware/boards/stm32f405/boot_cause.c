#include "boot_cause.h"

#include <stddef.h>

#include "boot.h"
#include "registers.h"

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
	uint32_t unique[BOOT_UNIQUE_WORDS] = { 0 };
	const char *found = NULL;
	if (!is_virtual) {
		unique[0] = UNIQUE_ID_0;
		unique[1] = UNIQUE_ID_1;
		unique[2] = UNIQUE_ID_2;
		found = cause_on_silicon(RCC_CSR);
		RCC_CSR |= RCC_CSR_RMVF;
	}
	boot_begin(found, unique);
}
