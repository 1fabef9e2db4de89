import type { ElfImage } from '../harness/bench/elf.ts';
import type { FlashEvent, NoticeEvent } from '../harness/capture/capture-line.ts';
import type { DeviceFacts } from '../harness/generated/device.ts';
import type { ByteLink } from '../harness/link/byte-link.ts';

/** What a flash leaves in the capture. It counts only when the rebooted firmware reports `buildId`. */
export type FlashOutcome = Omit<FlashEvent, 'k' | 'session'>;

/** For the capture. No verdict looks at it. */
export type Notice = Omit<NoticeEvent, 'k'>;

/** A device this process holds alone, until `close`. */
export interface AttachedDevice {
	readonly facts: DeviceFacts;
	/** Checked for this device's architecture and memory. */
	readonly image: ElfImage;
	/**
	 * A link that is not open yet: set its listeners, then `open()` it. Open it before `flash()` to hear the boot line.
	 * One at a time.
	 */
	createLink(): Promise<ByteLink>;
	/** Writes the image, has the tool verify it, restarts the device. @throws OssicleError `flash-...` (rig) */
	flash(): Promise<FlashOutcome>;
	/**
	 * Whole lines which the cycle model of an emulated board has written since the last call; absent where it has none.
	 * @throws OssicleError `cycle-log` (rig)
	 */
	takeCycles?(): string;
	/**
	 * What happened beside the session and touched nothing of it, such as messages of strangers that were refused; absent where
	 * nobody else can reach the device. Asked for once, at the end of a session. Never throws.
	 */
	notices?(): Promise<Notice[]>;
	/** Leaves the device idle, whatever it was doing. `null`, or why that could not be done: never throws. */
	makeSafe(): Promise<string | null>;
	/** Ends links, emulator and lease. May be called at any time, and twice. */
	close(): Promise<void>;
}

export function flashOutcome(image: ElfImage, tool: string): FlashOutcome {
	const forBoard = image.bits === 32;
	return {
		tool,
		imageSha256: image.sha256,
		buildId: image.buildId,
		staticBytes: forBoard ? image.staticBytes : null,
		rigBytes: forBoard ? image.rigBytes : null,
		flashBytes: forBoard ? image.flashBytes : null,
	};
}
