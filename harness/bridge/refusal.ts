/** What a request is refused with: the three fields of an MqttRefused that say why. */
import { isOssicleError, OssicleError } from '../error.ts';
import { foreignText } from '../link/mqtt/foreign-text.ts';

export interface Refusal {
	code: string;
	kind: 'usage' | 'rig';
	text: string;
}

/** So long that it fits into a message (4096 bytes) whatever its letters are: at most 3 bytes each in UTF-8. */
const LONGEST_TEXT = 1000;
const CODE = /^[a-z0-9-]{1,64}$/;

/** A request that is not carried out, thrown where that is found. */
export function refused(code: string, text: string): OssicleError {
	return new OssicleError(code, 'rig', text);
}

/** The rig's own words go to whoever asked; what is no OssicleError is a fault of ours, and says so. */
export function refusalOf(error: unknown): Refusal {
	if (!isOssicleError(error)) {
		const what = error instanceof Error ? error.message : String(error);
		return { code: 'internal', kind: 'rig', text: foreignText(`internal error of the bridge: ${what}`, LONGEST_TEXT) };
	}
	const { code, kind, message } = error;
	return { code: CODE.test(code) ? code : 'internal', kind, text: foreignText(message, LONGEST_TEXT) };
}

/** Anything thrown, as a reason for which a lease ends. */
export function asReason(error: unknown): OssicleError {
	if (isOssicleError(error)) return error;
	const { code, kind, text } = refusalOf(error);
	return new OssicleError(code, kind, text, {}, error);
}
