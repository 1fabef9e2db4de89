#include "cost.h"

/* Section numbers are those of the ARMv7-M Architecture Reference Manual (DDI 0403E). */

static struct cost plain(unsigned cycles) {
	return (struct cost){ .kind = COST_PLAIN, .cycles = (uint16_t)cycles };
}

static struct cost of_kind(enum cost_kind kind, unsigned cycles) {
	return (struct cost){ .kind = kind, .cycles = (uint16_t)cycles };
}

static struct cost jump(unsigned cycles, bool may_return) {
	return (struct cost){ .kind = COST_BRANCH, .cycles = (uint16_t)cycles, .may_return = may_return };
}

static unsigned registers_in(unsigned list) {
	unsigned count = 0;
	for (; list != 0; list &= list - 1u) {
		count++;
	}
	return count;
}

static struct cost single(bool is_load) {
	return is_load ? of_kind(COST_LOAD, 2) : of_kind(COST_STORE, 1);
}

static struct cost multiple(unsigned list, bool loads_pc) {
	struct cost cost = of_kind(loads_pc ? COST_BRANCH : COST_MULTIPLE, 1u + registers_in(list));
	cost.may_return = loads_pc;
	return cost;
}

/* A5.2.5: 1011xx */
static struct cost miscellaneous_16(uint16_t code) {
	if ((code & 0xF500u) == 0xB100u) {
		return jump(1, false); /* CBZ, CBNZ */
	}
	if ((code & 0xFE00u) == 0xB400u) {
		return multiple(code & 0x1FFu, false); /* PUSH */
	}
	if ((code & 0xFE00u) == 0xBC00u) {
		return multiple(code & 0x1FFu, (code & 0x100u) != 0); /* POP */
	}
	if ((code & 0xFFE0u) == 0xB660u || (code & 0xFF00u) == 0xBE00u) {
		return of_kind(COST_SYSTEM, 2); /* CPS, BKPT */
	}
	return plain(1); /* ADD SP, SXTH, REV, IT, NOP, WFI, ... */
}

/* A5.2 */
static struct cost cost_16(uint16_t code) {
	switch (code >> 12) {
	case 0x4:
		if ((code & 0xF800u) == 0x4800u) {
			return single(true); /* LDR literal */
		}
		if ((code & 0xFF00u) == 0x4700u) {
			return jump(1, (code & 0x80u) == 0); /* BX, BLX */
		}
		if ((code & 0xFD87u) == 0x4487u) {
			return jump(1, true); /* ADD PC, MOV PC */
		}
		return (code & 0xFFC0u) == 0x4340u ? of_kind(COST_MULTIPLY, 1) : plain(1);
	case 0x5:
		return single((code & 0x0E00u) >= 0x0600u); /* STR, STRH, STRB before LDRSB and the rest */
	case 0x6:
	case 0x7:
	case 0x8:
	case 0x9:
		return single((code & 0x0800u) != 0);
	case 0xB:
		return miscellaneous_16(code);
	case 0xC:
		return multiple(code & 0xFFu, false);
	case 0xD:
		return (code & 0x0F00u) < 0x0E00u ? jump(1, false) : of_kind(COST_SYSTEM, 1); /* Bcc; UDF, SVC */
	case 0xE:
		return jump(1, false);
	default:
		return plain(1);
	}
}

/* A5.3.5, A5.3.6: 1110100x */
static struct cost multiple_or_dual(uint16_t first, uint16_t second) {
	bool is_load = (first & 0x10u) != 0;
	if ((first & 0x40u) == 0) {
		return multiple(second, is_load && (second & 0x8000u) != 0);
	}
	if ((first & 0xFFF0u) == 0xE8D0u && (second & 0xFFE0u) == 0xF000u) {
		return jump(2, false); /* TBB, TBH */
	}
	if ((first & 0x0120u) == 0) {
		return of_kind(COST_MULTIPLE, 2); /* LDREX, STREX and their kin */
	}
	return of_kind(COST_MULTIPLE, 3); /* LDRD, STRD */
}

/* A5.3.4: 11110, and bit 15 of the second halfword */
static struct cost branch_or_control(uint16_t first, uint16_t second) {
	if ((second & 0x5000u) != 0) {
		return jump(1, false); /* B, BL */
	}
	if ((first & 0x0380u) != 0x0380u) {
		return jump(1, false); /* Bcc */
	}
	if ((first & 0xFFF0u) == 0xF3A0u) {
		return plain(1); /* NOP, WFI and other hints */
	}
	return of_kind(COST_SYSTEM, 2); /* MSR, MRS, barriers */
}

/* A5.3.7 to A5.3.10: 1111100x */
static struct cost load_or_store(uint16_t first, uint16_t second) {
	bool is_load = (first & 0x10u) != 0;
	if (!is_load || (second & 0xF000u) != 0xF000u) {
		return single(is_load);
	}
	return (first & 0x60u) == 0x40u ? jump(2, true) : plain(1); /* LDR PC; PLD and other hints */
}

/* A6.5: 1110110x */
static struct cost float_memory(uint16_t first, uint16_t second) {
	bool is_load = (first & 0x10u) != 0;
	bool is_double = (second & 0x0100u) != 0;
	struct cost cost;
	if ((first & 0xFFE0u) == 0xEC40u) {
		cost = plain(2); /* VMOV of two core registers: A6.7 */
	} else if ((first & 0xFF20u) == 0xED00u) {
		cost = of_kind(is_load ? COST_LOAD : COST_FLOAT_STORE, is_double ? 3 : 2); /* VLDR, VSTR */
	} else {
		cost = of_kind(COST_MULTIPLE, 1u + (second & 0xFFu)); /* VLDM, VSTM, VPUSH, VPOP */
	}
	cost.is_float = true;
	return cost;
}

/* A6.4, A6.6: 11101110 */
static struct cost float_operation(uint16_t first, uint16_t second) {
	unsigned cycles = 1;
	if ((second & 0x10u) == 0) {
		switch ((first >> 4) & 0xBu) {
		case 0x0: /* VMLA, VMLS */
		case 0x1: /* VNMLA, VNMLS */
		case 0x9: /* VFNMA, VFNMS */
		case 0xA: /* VFMA, VFMS */
			cycles = 3;
			break;
		case 0x8: /* VDIV */
			cycles = 14;
			break;
		case 0xB:
			cycles = (first & 0xFu) == 1u && (second & 0xC0u) == 0xC0u ? 14u : 1u; /* VSQRT */
			break;
		default:
			break;
		}
	}
	struct cost cost = plain(cycles);
	cost.is_float = true;
	return cost;
}

/* A5.3.18: coprocessors 10 and 11 are the floating-point unit; the M4 has no other */
static struct cost coprocessor(uint16_t first, uint16_t second) {
	if ((second & 0x0E00u) != 0x0A00u) {
		return of_kind(COST_SYSTEM, 1);
	}
	if ((first & 0xFE00u) == 0xEC00u) {
		return float_memory(first, second);
	}
	return float_operation(first, second);
}

/* A5.3 */
static struct cost cost_32(uint16_t first, uint16_t second) {
	if ((first & 0xEC00u) == 0xEC00u) {
		return coprocessor(first, second);
	}
	if ((first & 0xFE00u) == 0xE800u) {
		return multiple_or_dual(first, second);
	}
	if ((first & 0xF800u) == 0xF000u) {
		return (second & 0x8000u) != 0 ? branch_or_control(first, second) : plain(1);
	}
	if ((first & 0xFE00u) == 0xF800u) {
		return load_or_store(first, second);
	}
	if ((first & 0xFF80u) == 0xFB80u && (first & 0x50u) == 0x10u && (second & 0xF0u) == 0xF0u) {
		return of_kind(COST_DIVISION, COST_DIVIDE); /* SDIV, UDIV */
	}
	if ((first & 0xFF00u) == 0xFB00u) {
		return of_kind(COST_MULTIPLY, 1); /* MUL to SMLALD, the DSP ones included */
	}
	return plain(1); /* shifted register, register, SIMD: A5.3.11 to A5.3.15 */
}

struct cost cost_of(uint16_t first, uint16_t second) {
	return (first & 0xE000u) == 0xE000u && (first & 0x1800u) != 0 ? cost_32(first, second) : cost_16(first);
}

static bool at_the_bus(enum cost_kind kind) {
	return kind == COST_LOAD || kind == COST_STORE || kind == COST_FLOAT_STORE;
}

bool cost_overlaps(enum cost_kind before, enum cost_kind after) {
	return at_the_bus(before) && (after == COST_LOAD || after == COST_FLOAT_STORE);
}
