/**
 * `npm start`: one session on the device that set-up settled on (see chosen-device.mjs), then the sentence about it.
 * Whatever follows `npm start --` goes to `ossicle run` as it is; a --device there takes precedence.
 */
import { fileURLToPath } from 'node:url';
import { main } from '../cli/ossicle.ts';
import { chosenDevice } from './chosen-device.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** One of those in its folder: what a first run should see, in a few minutes. */
const SCENARIO = 'scenarios/liquid-audio/keywords.scenario.yaml';
const given = process.argv.slice(2);
const namesDevice = given.some((each) => /^(-d|--device)/.test(each));
const device = namesDevice ? [] : ['--device', chosenDevice(ROOT)];

// The record keeps the command line: it is to tell what was run, not how npm spells it.
process.argv.splice(2, given.length, 'run', SCENARIO, '--no-gate', ...device, ...given);
await main(process.argv.slice(2));
