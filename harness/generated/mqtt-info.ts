/* Generated from harness/schema/mqtt-info.schema.json by `npm run generate`. Do not edit. */

/**
 * Who is on a broker: retained on ossicle/1/<bench>/<device>/info, and the device's last will (firmware/wire/MQTT.md section 3).
 */
export interface MqttInfo {
	v: 1;
	state: 'online' | 'offline';
	bench: string;
	device: string;
	/**
	 * What speaks MQTT: a bridge beside the board, or the firmware itself
	 */
	via: 'bridge' | 'firmware';
	/**
	 * Drawn at random at each connection: a request names the one it is meant for
	 */
	incarnation: string;
	/**
	 * For people
	 */
	name?: string;
	board?: string;
	evidence?: 'silicon' | 'emulated' | 'host';
	/**
	 * Who has the device; absent while it is free
	 */
	holder?: string;
	/**
	 * Why it is offline
	 */
	reason?: string;
}
