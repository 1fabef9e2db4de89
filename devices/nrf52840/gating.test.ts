import { silenceIsGated } from '../testing/gating.ts';

silenceIsGated('nrf52840-emulated');
