import { hil } from '../../harness/ava.ts';

await hil('scenarios/liquid-audio/keywords.scenario.yaml', {
	devices: ['stm32f405-emulated'],
	knownFailures: {
		Power: "168 MHz at 3.3 V: the datasheet's sleep current alone is some 30 times the limit",
		'Battery life': 'follows from the power',
	},
});
