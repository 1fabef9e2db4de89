#include "sysclock.h"

#include "registers.h"

#define PLL_HZ 168000000u
#define HSI_HZ 16000000u
#define MHZ 1000000u
#if HSE_HZ % 1000000u != 0 || HSE_HZ < 4000000u || HSE_HZ > 26000000u
#error "HSE_HZ must be a whole number of MHz, 4 to 26 (DS8626 table 37)"
#endif

/* Turns of a polling loop: far above the crystal's start-up time (2 ms typ, DS8626 table 37) even at 16 MHz. */
#define PATIENCE 400000u

static bool wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value) {
	for (uint32_t turn = 0; turn < PATIENCE; turn++) {
		if ((*reg & mask) == value) {
			return true;
		}
	}
	return false;
}

static bool start_pll(void) {
	RCC_CR |= RCC_CR_HSEON;
	if (!wait_for(&RCC_CR, RCC_CR_HSERDY, RCC_CR_HSERDY)) {
		RCC_CR &= ~RCC_CR_HSEON;
		return false;
	}
	RCC_APB1ENR |= RCC_APB1ENR_PWREN;
	(void)RCC_APB1ENR; /* the clock needs two cycles: RM0090 7.2.13 */
	PWR_CR |= PWR_CR_VOS; /* scale 1, needed above 144 MHz: RM0090 5.1.3 */

	/* VCO in = HSE / M = 1 MHz, VCO = 336 MHz, P = 2 -> 168 MHz, Q = 7 -> 48 MHz (RM0090 7.3.2). P = 2 is coded as 0. */
	RCC_PLLCFGR = HSE_HZ / MHZ | 336u << 6 | RCC_PLLCFGR_HSE | 7u << 24;
	RCC_CR |= RCC_CR_PLLON;
	if (!wait_for(&RCC_CR, RCC_CR_PLLRDY, RCC_CR_PLLRDY)) {
		RCC_CR &= ~(RCC_CR_PLLON | RCC_CR_HSEON);
		return false;
	}
	/* 5 wait states at 168 MHz and 2.7 to 3.6 V (RM0090 table 10), with prefetch and the ART's caches. */
	FLASH_ACR = 5u | FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN;
	if (!wait_for(&FLASH_ACR, 7u, 5u)) {
		return false;
	}
	RCC_CFGR = RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2; /* APB1 at most 42 MHz, APB2 at most 84 MHz */
	RCC_CFGR |= RCC_CFGR_SW_PLL;
	if (!wait_for(&RCC_CFGR, RCC_CFGR_SWS, RCC_CFGR_SWS_PLL)) {
		RCC_CFGR = 0;
		return false;
	}
	return true;
}

void sysclock_start(struct sysclock *clock) {
	/* On silicon HSI runs and is ready whenever code runs after reset (RM0090 7.3.1, reset value 0x0000 xx83). QEMU's
	 * netduinoplus2 has no RCC: it reads 0 there. Its SysTick counts virtual time at 168 MHz. */
	clock->is_virtual = (RCC_CR & (RCC_CR_HSION | RCC_CR_HSIRDY)) == 0;
	if (clock->is_virtual) {
		clock->source = "virtual";
		clock->core_hz = PLL_HZ;
		clock->apb2_hz = PLL_HZ / 2u;
		clock->apb1_timer_hz = PLL_HZ / 2u;
	} else if (start_pll()) {
		clock->source = "pll";
		clock->has_pll = true;
		clock->core_hz = PLL_HZ;
		clock->apb2_hz = PLL_HZ / 2u;
		clock->apb1_timer_hz = PLL_HZ / 2u;
	} else {
		clock->source = "hsi";
		clock->core_hz = HSI_HZ;
		clock->apb2_hz = HSI_HZ;
		clock->apb1_timer_hz = HSI_HZ;
		FLASH_ACR = FLASH_ACR_PRFTEN | FLASH_ACR_ICEN | FLASH_ACR_DCEN; /* no wait states below 30 MHz */
	}
}

/* New prescalers are in effect 16 AHB cycles after their write at the latest (RM0090 7.3.3); reading back ends the write. */
static void set_prescalers(uint32_t fields, uint32_t values) {
	RCC_CFGR = (RCC_CFGR & ~fields) | values;
	(void)RCC_CFGR;
	__asm__ volatile(".rept 16\n\tnop\n\t.endr");
}

void sysclock_halve_core(bool halved) {
	set_prescalers(RCC_CFGR_HPRE, halved ? RCC_CFGR_HPRE_DIV2 : 0);
}

void sysclock_divide_buses_for(bool halved) {
	set_prescalers(RCC_CFGR_PPRE1 | RCC_CFGR_PPRE2,
		halved ? RCC_CFGR_PPRE1_DIV2 : RCC_CFGR_PPRE1_DIV4 | RCC_CFGR_PPRE2_DIV2);
}
