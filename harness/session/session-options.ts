import type { FlashEvent, NoticeEvent } from '../capture/capture-line.ts';
import type { CaptureWriter } from '../capture/capture-writer.ts';
import type { TelemetryMessage } from '../generated/wire.ts';
import type { ByteLink } from '../link/byte-link.ts';
import type { CodecName, PacingName } from '../link/codec/codec.ts';
import type { SessionTiming } from './session-timing.ts';

/** What a session is opened with. */
export interface SessionOptions {
	/** Not open yet; the session opens and closes it. */
	link: ByteLink;
	capture: CaptureWriter;
	/** Number of the session in the run, and the device's id: written to the capture. */
	session: number;
	device: string;
	/** The flash event of this session, already in the capture: a device that reports another build is a rig error. */
	flash?: FlashEvent | null;
	/** Speed of the line, 8N1: realtime audio that would not fit is refused beforehand. Left out: not checked. */
	baud?: number;
	/** Ctrl-C: ends what is going on with the code `interrupted`. */
	signal?: AbortSignal;
	timing?: Partial<SessionTiming>;
	/** What the cycle model of an emulator has written since the last call (`AttachedDevice.takeCycles`). */
	takeCycles?: () => string;
	/** What happened beside the session (`AttachedDevice.notices`): asked for at its end, and written down before it. */
	notices?: () => Promise<Omit<NoticeEvent, 'k'>[]>;
	/** Each valid telemetry message, for progress displays. */
	onMessage?: (message: TelemetryMessage) => void;
}

/** What the device is told with CONFIG. */
export interface SessionConfig {
	codec: CodecName;
	pacing: PacingName;
	scores?: boolean;
	adc?: boolean;
	/** What the network is given after each hop; only where the hello's caps hold `features`, and not in preload. */
	features?: boolean;
	/** 0: no heartbeat. Default 500. */
	heartbeatMs?: number;
	/** Realtime: audio the device gathers before it starts its clock. Default 100. */
	jitterMs?: number;
}
