import { cyclesAreEstimated } from '../testing/cycle-counting.ts';

cyclesAreEstimated('stm32f405-emulated');
