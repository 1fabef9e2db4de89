/* Generated from harness/schema/mqtt-answer.schema.json by `npm run generate`. Do not edit. */

/**
 * A device's answer, on ossicle/1/<bench>/<device>/answer/<replyTo> (firmware/wire/MQTT.md section 4).
 */
export type MqttAnswer = MqttDone | MqttRefused;

/**
 * It was done.
 */
export interface MqttDone {
	v: 1;
	/**
	 * Of the request
	 */
	id: string;
	incarnation: string;
	/**
	 * The device's monotonic clock as it answers, ms
	 */
	deviceMs: number;
	ok: true;
	described?: MqttDescribed;
	flash?: MqttFlash;
}
/**
 * Answer to describe and acquire
 */
export interface MqttDescribed {
	board: string;
	evidence: 'silicon' | 'emulated' | 'host';
	imageSha256: string;
	buildId: string;
	factsSha256?: string;
	/**
	 * How the device hangs on what answers: serial /dev/ttyACM0 921600 baud
	 */
	link: string;
	/**
	 * Chunks of the cycle model's lines will come
	 */
	cycles: boolean;
	holder?: string;
	/**
	 * Messages the device has refused since it connected
	 */
	refused?: number;
}
/**
 * Answer to flash: what the flash tool left
 */
export interface MqttFlash {
	tool: string;
	imageSha256: string;
	buildId: string;
	staticBytes: number | null;
	rigBytes: number | null;
	flashBytes: number | null;
}
/**
 * It was not done.
 */
export interface MqttRefused {
	v: 1;
	/**
	 * Of the request
	 */
	id: string;
	incarnation: string;
	/**
	 * The device's monotonic clock as it answers, ms
	 */
	deviceMs: number;
	ok: false;
	/**
	 * Why not: held, expired, stale, image-differs, facts-differ, no-lease, or a rig error of the bench
	 */
	code: string;
	/**
	 * Whose fault it is, as in OssicleError
	 */
	kind: 'usage' | 'rig';
	/**
	 * Why not, in words
	 */
	text: string;
}
