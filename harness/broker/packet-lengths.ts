/** Follows the packets of an MQTT byte stream by their fixed headers alone (MQTT 3.1.1 section 2.2), keeping no byte. */
export class PacketLengths {
	readonly #limit: number;
	/** Bytes of the present packet that are still to come; `null` inside a fixed header. */
	#rest: number | null = null;
	#headerBytes = 0;
	#length = 0;

	/** @param limit longest packet, bytes, fixed header not counted */
	constructor(limit: number) {
		this.#limit = limit;
	}

	/** In words what is wrong with the stream; `null`: nothing so far. */
	push(bytes: Uint8Array): string | null {
		for (let at = 0; at < bytes.length; ) {
			if (this.#rest !== null) {
				const taken = Math.min(this.#rest, bytes.length - at);
				at += taken;
				this.#rest -= taken;
				if (this.#rest === 0) this.#begin();
				continue;
			}
			const wrong = this.#header(bytes[at] as number);
			if (wrong !== null) return wrong;
			at += 1;
		}
		return null;
	}

	#begin(): void {
		this.#rest = null;
		this.#headerBytes = 0;
		this.#length = 0;
	}

	/** One byte of the fixed header: type and flags, then the remaining length, 7 bits each, in at most four bytes. */
	#header(byte: number): string | null {
		this.#headerBytes += 1;
		if (this.#headerBytes === 1) return null;
		this.#length += (byte & 0x7f) * 128 ** (this.#headerBytes - 2);
		if (this.#length > this.#limit) return `a packet of more than ${this.#limit} bytes`;
		if ((byte & 0x80) !== 0) return this.#headerBytes === 5 ? 'a packet whose length has more than four bytes' : null;
		if (this.#length === 0) this.#begin();
		else this.#rest = this.#length;
		return null;
	}
}
