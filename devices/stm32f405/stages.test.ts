import { stagesAreCountedRight } from '../testing/stage-counting.ts';

// The counter is SysTick, 24 bits: it wraps every 99.9 ms at 168 MHz.
stagesAreCountedRight('stm32f405-emulated', [90, 105, 210]);
