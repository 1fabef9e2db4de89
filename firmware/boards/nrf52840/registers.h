/*
 * Registers of the nRF52840 that this board uses, by Nordic's names. PS = nRF52840 Product Specification v1.7; its section
 * numbers are from memory, the offsets and values were compared with Nordic's register description (nrf52840.svd, MDK of
 * nrfx 4.2.1).
 *
 * A peripheral is a struct at an address, so that the drivers' tests can give them one of their own.
 */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

/* A task is triggered by writing 1 to it; PS 6.1. Only by this function: under test it wakes the fake peripheral. */
#ifdef NRF_FAKE
void task(volatile uint32_t *trigger);
#else
static inline void task(volatile uint32_t *trigger) {
	*trigger = 1u;
}
#endif

/* Clears an event. The write is read back, or the interrupt could be taken again on leaving its handler: PS 6.1.8. */
static inline void event_clear(volatile uint32_t *event) {
	*event = 0;
	(void)*event;
}

/* What a PPI channel and a DMA pointer hold: an address. */
static inline uint32_t address_of(const volatile void *of) {
	return (uint32_t)(uintptr_t)of;
}

/* CLOCK, POWER and APPROTECT share one address; PS 5.4, 5.3, 4.8. */
struct nrf_clock_power {
	volatile uint32_t TASKS_HFCLKSTART;    /* 0x000 */
	uint32_t reserved_004[63];
	volatile uint32_t EVENTS_HFCLKSTARTED; /* 0x100 */
	uint32_t reserved_104[191];
	volatile uint32_t RESETREAS;           /* 0x400 */
	uint32_t reserved_404[2];
	volatile uint32_t HFCLKSTAT;           /* 0x40C */
	uint32_t reserved_410[82];
	volatile uint32_t APPROTECT_DISABLE;   /* 0x558 */
	uint32_t reserved_55c[7];
	volatile uint32_t DCDCEN;              /* 0x578 */
};
#define NRF_CLOCK_POWER ((struct nrf_clock_power *)0x40000000u)
#define HFCLKSTAT_SRC_XTAL (1u << 0)
#define HFCLKSTAT_STATE_RUNNING (1u << 16)
#define RESETREAS_RESETPIN (1u << 0)
#define RESETREAS_DOG (1u << 1)
#define RESETREAS_SREQ (1u << 2)
#define RESETREAS_LOCKUP (1u << 3)
#define RESETREAS_DIF (1u << 18)

/* UARTE (EasyDMA) and, in the same place, the deprecated UART without it; PS 6.34, 6.33. */
struct nrf_uarte {
	volatile uint32_t TASKS_STARTRX;    /* 0x000 */
	volatile uint32_t TASKS_STOPRX;
	volatile uint32_t TASKS_STARTTX;    /* 0x008 */
	volatile uint32_t TASKS_STOPTX;
	uint32_t reserved_010[62];
	volatile uint32_t EVENTS_RXDRDY;    /* 0x108 */
	uint32_t reserved_10c;
	volatile uint32_t EVENTS_ENDRX;     /* 0x110 */
	uint32_t reserved_114[2];
	volatile uint32_t EVENTS_TXDRDY;    /* 0x11C */
	volatile uint32_t EVENTS_ENDTX;     /* 0x120 */
	volatile uint32_t EVENTS_ERROR;     /* 0x124 */
	uint32_t reserved_128[9];
	volatile uint32_t EVENTS_RXSTARTED; /* 0x14C */
	uint32_t reserved_150[44];
	volatile uint32_t SHORTS;           /* 0x200 */
	uint32_t reserved_204[64];
	volatile uint32_t INTENSET;         /* 0x304 */
	volatile uint32_t INTENCLR;
	uint32_t reserved_30c[93];
	volatile uint32_t ERRORSRC;         /* 0x480 */
	uint32_t reserved_484[31];
	volatile uint32_t ENABLE;           /* 0x500 */
	uint32_t reserved_504;
	volatile uint32_t PSEL_RTS;         /* 0x508 */
	volatile uint32_t PSEL_TXD;
	volatile uint32_t PSEL_CTS;
	volatile uint32_t PSEL_RXD;
	volatile uint32_t RXD;              /* 0x518, of the UART without DMA */
	volatile uint32_t TXD;              /* 0x51C, likewise */
	uint32_t reserved_520;
	volatile uint32_t BAUDRATE;         /* 0x524 */
	uint32_t reserved_528[3];
	volatile uint32_t RXD_PTR;          /* 0x534 */
	volatile uint32_t RXD_MAXCNT;
	volatile uint32_t RXD_AMOUNT;
	uint32_t reserved_540;
	volatile uint32_t TXD_PTR;          /* 0x544 */
	volatile uint32_t TXD_MAXCNT;
	volatile uint32_t TXD_AMOUNT;
	uint32_t reserved_550[7];
	volatile uint32_t CONFIG;           /* 0x56C */
};
#define NRF_UARTE0 ((struct nrf_uarte *)0x40002000u)
#define UARTE0_IRQ 2u
#define UART_ENABLE 4u
#define UARTE_ENABLE 8u
#define UARTE_SHORTS_ENDRX_STARTRX (1u << 5)
#define UARTE_INT_RXDRDY (1u << 2)
#define UARTE_INT_TXDRDY (1u << 7)
#define UARTE_INT_ENDTX (1u << 8)
#define UARTE_INT_ERROR (1u << 9)
#define UARTE_INT_RXSTARTED (1u << 19)
#define UARTE_ERRORSRC_OVERRUN (1u << 0)
#define UARTE_PSEL_DISCONNECTED 0xFFFFFFFFu
/* Of the table in PS 6.34 only a few rates are exact: 250 k and 1 M. 921600 is 941176, 2.1 % too fast. */
#define UARTE_BAUDRATE_1M 0x10000000u

/* TIMER; PS 6.30. Instances 0 to 2 have four compare registers, 3 and 4 six. */
struct nrf_timer {
	volatile uint32_t TASKS_START;       /* 0x000 */
	volatile uint32_t TASKS_STOP;
	volatile uint32_t TASKS_COUNT;
	volatile uint32_t TASKS_CLEAR;       /* 0x00C */
	uint32_t reserved_010[12];
	volatile uint32_t TASKS_CAPTURE[6];  /* 0x040 */
	uint32_t reserved_058[58];
	volatile uint32_t EVENTS_COMPARE[6]; /* 0x140 */
	uint32_t reserved_158[42];
	volatile uint32_t SHORTS;            /* 0x200 */
	uint32_t reserved_204[64];
	volatile uint32_t INTENSET;          /* 0x304 */
	volatile uint32_t INTENCLR;
	uint32_t reserved_30c[126];
	volatile uint32_t MODE;              /* 0x504 */
	volatile uint32_t BITMODE;
	uint32_t reserved_50c;
	volatile uint32_t PRESCALER;         /* 0x510 */
	uint32_t reserved_514[11];
	volatile uint32_t CC[6];             /* 0x540 */
};
#define NRF_TIMER0 ((struct nrf_timer *)0x40008000u)
#define NRF_TIMER1 ((struct nrf_timer *)0x40009000u)
#define NRF_TIMER2 ((struct nrf_timer *)0x4000A000u)
#define NRF_TIMER3 ((struct nrf_timer *)0x4001A000u)
#define NRF_TIMER4 ((struct nrf_timer *)0x4001B000u)
#define TIMER1_IRQ 9u
#define TIMER4_IRQ 27u
#define TIMER_MODE_TIMER 0u
#define TIMER_MODE_COUNTER 2u /* "low power counter": PS 6.30.1 */
#define TIMER_BITMODE_32 3u
#define TIMER_PRESCALER_1MHZ 4u /* 16 MHz / 2^4 */
#define TIMER_SHORTS_COMPARE0_CLEAR (1u << 0)
#define TIMER_SHORTS_COMPARE0_STOP (1u << 8)
#define TIMER_INT_COMPARE0 (1u << 16)

/* PPI; PS 6.16. Channels 0 to 19 are free, each with one more task (its fork). */
struct nrf_ppi {
	uint32_t reserved_000[321];
	volatile uint32_t CHENSET;           /* 0x504 */
	volatile uint32_t CHENCLR;
	uint32_t reserved_50c;
	struct {
		volatile uint32_t EEP;
		volatile uint32_t TEP;
	} CH[20];                            /* 0x510 */
	uint32_t reserved_5b0[216];
	volatile uint32_t FORK_TEP[20];      /* 0x910 */
};
#define NRF_PPI ((struct nrf_ppi *)0x4001F000u)

/* SAADC; PS 6.23 */
struct nrf_saadc {
	volatile uint32_t TASKS_START;          /* 0x000 */
	volatile uint32_t TASKS_SAMPLE;
	volatile uint32_t TASKS_STOP;
	volatile uint32_t TASKS_CALIBRATEOFFSET; /* 0x00C */
	uint32_t reserved_010[60];
	volatile uint32_t EVENTS_STARTED;       /* 0x100 */
	volatile uint32_t EVENTS_END;
	volatile uint32_t EVENTS_DONE;
	volatile uint32_t EVENTS_RESULTDONE;
	volatile uint32_t EVENTS_CALIBRATEDONE; /* 0x110 */
	volatile uint32_t EVENTS_STOPPED;       /* 0x114 */
	uint32_t reserved_118[250];
	volatile uint32_t ENABLE;               /* 0x500 */
	uint32_t reserved_504[3];
	struct {
		volatile uint32_t PSELP;
		volatile uint32_t PSELN;
		volatile uint32_t CONFIG;
		volatile uint32_t LIMIT;
	} CH[8];                                /* 0x510 */
	uint32_t reserved_590[24];
	volatile uint32_t RESOLUTION;           /* 0x5F0 */
	volatile uint32_t OVERSAMPLE;
	volatile uint32_t SAMPLERATE;
	uint32_t reserved_5fc[12];
	volatile uint32_t RESULT_PTR;           /* 0x62C */
	volatile uint32_t RESULT_MAXCNT;
	volatile uint32_t RESULT_AMOUNT;
};
#define NRF_SAADC ((struct nrf_saadc *)0x40007000u)
#define SAADC_PSEL_NC 0u
#define SAADC_PSEL_AIN1 2u
/* Gain 1/6, internal reference 0.6 V: 3.6 V full scale; 40 us of acquisition; single-ended. */
#define SAADC_CONFIG_3V6_40US (0u << 8 | 0u << 12 | 5u << 16 | 0u << 20)
#define SAADC_RESOLUTION_12 2u

/* RNG; PS 6.19 */
struct nrf_rng {
	volatile uint32_t TASKS_START;   /* 0x000 */
	volatile uint32_t TASKS_STOP;
	uint32_t reserved_008[62];
	volatile uint32_t EVENTS_VALRDY; /* 0x100 */
	uint32_t reserved_104[256];
	volatile uint32_t CONFIG;        /* 0x504 */
	volatile uint32_t VALUE;         /* 0x508 */
};
#define NRF_RNG ((struct nrf_rng *)0x4000D000u)
#define RNG_CONFIG_DERCEN (1u << 0) /* removes bias: PS 6.19.1 */

/* GPIO port 0; PS 6.9 */
struct nrf_gpio {
	uint32_t reserved_000[322];
	volatile uint32_t OUTSET;      /* 0x508 */
	uint32_t reserved_50c[125];
	volatile uint32_t PIN_CNF[32]; /* 0x700 */
};
#define NRF_P0 ((struct nrf_gpio *)0x50000000u)
#define PIN_CNF_OUTPUT (1u << 0)
#define PIN_CNF_INPUT_DISCONNECTED (1u << 1)
#define PIN_CNF_PULL_UP (3u << 2)
#define PIN_CNF_HIGH_DRIVE (3u << 8)

/* Non-volatile memory controller, user and factory information; PS 4.3, 4.5, 4.4 */
#define NVMC_ICACHECNF (*(volatile uint32_t *)0x4001E540u)
#define NVMC_ICACHECNF_CACHEEN (1u << 0)
#define UICR_APPROTECT (*(volatile uint32_t *)0x10001208u)
#define APPROTECT_OPEN 0x5Au
#define FICR_DEVICEID_0 (*(volatile uint32_t *)0x10000060u)
#define FICR_DEVICEID_1 (*(volatile uint32_t *)0x10000064u)

/* Software interrupts have no peripheral behind them; PS 6.28 */
#define SWI5_IRQ 25u
#define IRQ_COUNT 48u

#endif
