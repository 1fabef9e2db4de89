import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defaultImagePath } from '../../devices/driver.ts';
import { cyclePluginOf } from '../../devices/emulated/cycle-plugin.ts';
import { type InventoryEntry, inventoryEntry, surveyBench } from '../bench/inventory.ts';
import { isOssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import { loadDevices } from '../scenario/device-facts.ts';

const DEVICES_FOLDER = fileURLToPath(new URL('../../devices', import.meta.url));

/**
 * `ossicle devices`: every known device, what its numbers are worth, and whether a run could start on it now; with `--broker`
 * what is on a broker instead.
 */
export async function runDevices(options: { broker?: string | true; json?: boolean }): Promise<number> {
	if (options.broker !== undefined) {
		// Only who needs it waits for the MQTT library to load.
		const { runDevicesOnBroker } = await import('./devices-on-broker.ts');
		return runDevicesOnBroker(options.broker, options);
	}
	const facts = [...loadDevices(DEVICES_FOLDER).values()].map((device) => device.facts);
	const images = new Set(facts.filter((each) => existsSync(defaultImagePath(each))).map((each) => each.id));
	const bench = { ...(await surveyBench(facts, images)), modelFaults: modelFaults(facts) };
	const entries = facts.map((each) => inventoryEntry(each, bench)).sort((a, b) => a.id.localeCompare(b.id, 'en'));
	if (options.json === true) console.log(JSON.stringify({ devices: entries, ports: bench.ports }, null, 2));
	else console.log(devicesTable(entries));
	return 0;
}

function modelFaults(devices: readonly DeviceFacts[]): Map<string, string> {
	const faults = new Map<string, string>();
	for (const facts of devices) {
		try {
			cyclePluginOf(facts);
		} catch (error) {
			faults.set(facts.id, 'its cycle model is not built: make -C devices/emulated/cycle-plugin');
			if (!isOssicleError(error)) throw error;
		}
	}
	return faults;
}

/** One line for each device, columns as wide as their longest cell. */
export function devicesTable(entries: readonly InventoryEntry[]): string {
	const head = ['device', 'name', 'row', 'evidence', 'attached by', 'available'];
	const rows = entries.map((each) => [
		each.id,
		each.name,
		each.specRow,
		each.evidence,
		each.attachedBy,
		each.available ? 'yes' : `no: ${each.reason}`,
	]);
	const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
	return [head, ...rows]
		.map((row) =>
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join('  ')
				.trimEnd(),
		)
		.join('\n');
}
