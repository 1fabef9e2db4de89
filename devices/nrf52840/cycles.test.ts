import { cyclesAreEstimated } from '../testing/cycle-counting.ts';

cyclesAreEstimated('nrf52840-emulated');
