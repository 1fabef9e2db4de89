/** Is what a bench has the device, and the image, that this machine means? A run is judged by the facts it has here. */
import type { ElfImage } from '../harness/bench/elf.ts';
import { factsDigest } from '../harness/bench/facts-digest.ts';
import { OssicleError } from '../harness/error.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import type { MqttDescribed, MqttFlash } from '../harness/generated/mqtt-answer.ts';

/** @throws OssicleError (rig) `device-differs`, `facts-differ`, `image-differs` */
export function checkAgreement(described: MqttDescribed, facts: DeviceFacts, image: ElfImage, where: string): void {
	const wrong = differences(described, facts);
	if (wrong.length > 0) {
		throw new OssicleError(
			'device-differs',
			'rig',
			`${where} is another device than the one this machine knows by that name: ${wrong.join('; ')}. Both machines need the same device files.`,
			{ device: facts.id, differences: wrong },
		);
	}
	const digest = factsDigest(facts);
	// Firmware that speaks MQTT itself has none. All else is a bridge, and would only be silent about other ones.
	if (described.factsSha256 === undefined && facts.link.kind !== 'mqtt') {
		throw new OssicleError(
			'facts-differ',
			'rig',
			`${where} does not say which facts it has (expected SHA-256 ${short(digest)}): what is judged by the wrong ones is worth nothing. Put the device there with \`ossicle bridge\` of this version.`,
			{ device: facts.id, expected: digest, got: null },
		);
	}
	if (described.factsSha256 !== undefined && described.factsSha256 !== digest) {
		throw new OssicleError(
			'facts-differ',
			'rig',
			`${where} has other facts than this machine (SHA-256 ${short(described.factsSha256)}, here ${short(digest)}): what is judged by the wrong ones is worth nothing. Both machines need the same device files; then restart the bridge.`,
			{ device: facts.id, expected: digest, got: described.factsSha256 },
		);
	}
	if (described.imageSha256 !== image.sha256) throw imageDiffers(described, facts, image, where);
}

/** Whether what the bench says it flashed is the image this machine means. @throws OssicleError (rig) `image-differs` */
export function checkFlashed(flash: MqttFlash, facts: DeviceFacts, image: ElfImage, where: string): void {
	if (flash.imageSha256 !== image.sha256 || flash.buildId !== image.buildId)
		throw imageDiffers(flash, facts, image, where);
}

function differences({ board, evidence, cycles }: MqttDescribed, facts: DeviceFacts): string[] {
	const here = {
		board: facts.firmware.board,
		evidence: facts.evidence,
		'cycle model': facts.model?.cycles === undefined ? 'none' : 'one',
	};
	const there: typeof here = { board, evidence, 'cycle model': cycles ? 'one' : 'none' };
	return (Object.keys(here) as (keyof typeof here)[])
		.filter((key) => here[key] !== there[key])
		.map((key) => `its ${key} is ${there[key]}, expected ${here[key]}`);
}

function imageDiffers(
	got: Pick<MqttDescribed, 'imageSha256' | 'buildId'>,
	{ id, firmware }: DeviceFacts,
	image: ElfImage,
	where: string,
): OssicleError {
	return new OssicleError(
		'image-differs',
		'rig',
		`${where} has another image than this machine: SHA-256 ${short(got.imageSha256)}, build ${short(got.buildId)}; here ${short(image.sha256)}, build ${short(image.buildId)} (${image.path}). Images never cross a broker: build the same one on both (make -C firmware BOARD=${firmware.board}) or name it on both with --image; then restart the bridge.`,
		{ device: id, expected: image.sha256, got: got.imageSha256 },
	);
}

const short = (hex: string) => hex.slice(0, 12);
