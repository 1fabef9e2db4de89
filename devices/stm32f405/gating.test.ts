import { silenceIsGated } from '../testing/gating.ts';

silenceIsGated('stm32f405-emulated');
