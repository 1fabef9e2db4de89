/** Power, energy and battery life from a shunt: the parts are in `power/`. */
export { batteryHours, batteryLife } from './power/battery.ts';
export { calibrationFault } from './power/calibration-fault.ts';
export { measurePower } from './power/measure-power.ts';
export type {
	EnergyPerInference,
	PowerContext,
	PowerMeasurement,
	PowerTrace,
} from './power/power-measurement.ts';
export { powerTraces } from './power/power-traces.ts';
export { fullScale, heatOfShuntFault, milliwattsPerCount, powerMw } from './power/shunt-chain.ts';
