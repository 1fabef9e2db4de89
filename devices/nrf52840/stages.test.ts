import { stagesAreCountedRight } from '../testing/stage-counting.ts';

// The counter is SysTick with a period of a hop, 16 ms.
stagesAreCountedRight('nrf52840-emulated', [15, 17, 100]);
