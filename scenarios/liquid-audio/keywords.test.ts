import { hil } from '../../harness/ava.ts';

const noCycles = {
	verdict: 'not-measured',
	why: 'its emulator counts instructions, and nobody published what they take on that core',
} as const;

await hil('scenarios/liquid-audio/keywords.scenario.yaml', {
	devices: ['stm32f405-emulated', 'nrf52840-emulated', 'esp32s3-emulated'],
	known: {
		Power: { verdict: 'fail', why: "the datasheets' sleep currents alone are twice (nRF52840) and 30 times the limit" },
		'Battery life': { verdict: 'fail', why: 'follows from the power' },
		'esp32s3-emulated: Latency': noCycles,
		'esp32s3-emulated: Power': noCycles,
		'esp32s3-emulated: Battery life': noCycles,
	},
});
