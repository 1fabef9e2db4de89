/**
 * The outcome of `work`, or the signal's reason as soon as it is aborted. Work that cannot be stopped goes on alone: `undo` is
 * given what it brings in the end, so that nothing stays open.
 */
export async function orAborted<T>(
	work: Promise<T>,
	signal: AbortSignal | undefined,
	undo: (value: T) => unknown = () => {},
): Promise<T> {
	if (signal === undefined) return work;
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		stop = () => reject(signal.reason);
		if (signal.aborted) stop();
		signal.addEventListener('abort', stop, { once: true });
	});
	try {
		return await Promise.race([aborted, work]);
	} catch (error) {
		// Where the work itself failed there is nothing to undo.
		work.then(undo).catch(() => {});
		throw error;
	} finally {
		signal.removeEventListener('abort', stop);
	}
}
