/** How long the session waits for what. Milliseconds; an emulated board on a busy machine is slow, so all are generous. */
export interface SessionTiming {
	/** Between two HELLOs, until the device answers. QEMU notices a reader of its pty only after up to a second. */
	helloRetryMs: number;
	/** A device that has not answered by then is silent. */
	helloMs: number;
	/** For the answer to a command (MEMORY, HEALTH, PARAM, CLOCK beyond its own length). */
	answerMs: number;
	/** Nothing at all heard, heartbeat included: the device is gone. */
	silentMs: number;
	/** The device speaks, but the clip gets no further. */
	stalledMs: number;
	/** preload: how much slower than real time a clip may play (virtual time), and a constant on top. */
	playFactor: number;
	playMarginMs: number;
	/** Retransmission time-out: at first, and its limits once round trips have been measured. */
	retransmitFirstMs: number;
	retransmitLeastMs: number;
	retransmitMostMs: number;
	/** No acknowledgement in spite of repeats: the link is dead. */
	giveUpMs: number;
	/** For the acknowledgement of BYE, which nothing depends on. */
	byeMs: number;
}

export const DEFAULT_TIMING: SessionTiming = {
	helloRetryMs: 500,
	helloMs: 15_000,
	answerMs: 10_000,
	silentMs: 10_000,
	stalledMs: 30_000,
	playFactor: 20,
	playMarginMs: 30_000,
	retransmitFirstMs: 1500,
	// An emulated board is deaf for up to a quarter of a second inside a stage.
	retransmitLeastMs: 500,
	retransmitMostMs: 5000,
	giveUpMs: 20_000,
	byeMs: 2000,
};
