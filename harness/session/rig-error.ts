import { OssicleError } from '../error.ts';

/** What a link threw, as an OssicleError (rig): its own one as it is, any other with `code` and `text` before its message. */
export function asRigError(error: unknown, code: string, text: string): OssicleError {
	return error instanceof OssicleError
		? error
		: new OssicleError(code, 'rig', `${text}: ${(error as Error).message}`, {}, error);
}
