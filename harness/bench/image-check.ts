import { OssicleError } from '../error.ts';
import type { DeviceFacts } from '../generated/device.ts';
import type { ElfImage } from './elf.ts';

/** e_machine and class of each architecture a device can declare. `host`: what this Node.js was built for. */
const EXPECTED: Readonly<Record<string, { machine: number; bits: 32 | 64; name: string }>> = {
	arm: { machine: 40, bits: 32, name: '32-bit Arm' },
	xtensa: { machine: 94, bits: 32, name: '32-bit Xtensa' },
	'host x64': { machine: 62, bits: 64, name: '64-bit x86-64' },
	'host arm64': { machine: 183, bits: 64, name: '64-bit AArch64' },
};

/**
 * Refuses an image that cannot be meant for the device: wrong architecture, or bytes outside the declared memory.
 * @throws OssicleError (usage) `image-architecture`, `image-address`
 */
export function checkImage(image: ElfImage, facts: DeviceFacts): void {
	const architecture = architectureOf(facts);
	const expected = EXPECTED[architecture === 'host' ? `host ${process.arch}` : architecture];
	if (expected !== undefined && (image.machine !== expected.machine || image.bits !== expected.bits)) {
		throw new OssicleError(
			'image-architecture',
			'usage',
			`${image.path}: ${facts.id} runs ${expected.name} code, but this image is ${image.bits}-bit ${image.machineName}. ` +
				`Build it with \`make -C firmware BOARD=${facts.firmware.board}\`.`,
			{ path: image.path, device: facts.id, expected: expected.name, got: `${image.bits}-bit ${image.machineName}` },
		);
	}
	if (facts.memory === undefined) return;
	if (image.flashBytes === 0) throw outside(image, facts, 'holds no bytes to write');
	for (const segment of image.segments) {
		if (segment.fileBytes > 0) checkRange(image, facts, 'is stored at', segment.loadAddress, segment.fileBytes);
		checkRange(image, facts, 'runs at', segment.virtualAddress, segment.memoryBytes);
	}
	checkRange(image, facts, 'starts at', image.entry, 1);
}

/** What a device's image must be built for; `host`: a program of this PC. */
export function architectureOf({ firmware, link }: DeviceFacts): 'arm' | 'xtensa' | 'host' {
	return firmware.architecture ?? (link.kind === 'posix-pty' ? 'host' : 'arm');
}

function checkRange(image: ElfImage, facts: DeviceFacts, verb: string, start: number, bytes: number): void {
	const end = start + bytes;
	for (const region of Object.values(facts.memory ?? {})) {
		if (start >= region.origin && end <= region.origin + region.bytes) return;
	}
	throw outside(image, facts, bytes === 1 ? `${verb} ${hex(start)}` : `${verb} ${hex(start)} to ${hex(end)}`);
}

function outside(image: ElfImage, facts: DeviceFacts, got: string): OssicleError {
	const regions = Object.entries(facts.memory ?? {})
		.map(([name, { origin, bytes }]) => `${name} ${hex(origin)} to ${hex(origin + bytes)}`)
		.join(', ');
	return new OssicleError(
		'image-address',
		'usage',
		`${image.path}: ${got}, but ${facts.id} has ${regions}. Was it linked for another board?`,
		{ path: image.path, device: facts.id, expected: regions, got },
	);
}

const hex = (value: number) => `0x${value.toString(16).padStart(8, '0')}`;
