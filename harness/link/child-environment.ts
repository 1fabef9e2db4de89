/** Ours, without what concerns no child: user, password and certificates of a broker. */
const OUR_SECRETS = /^OSSICLE_MQTT_/;

/** Environment for a program under test, an emulator or a flash tool. Give it to execa with `extendEnv: false`. */
export function childEnvironment(beside: Record<string, string> = {}): NodeJS.ProcessEnv {
	const kept = Object.entries(process.env).filter(([name]) => !OUR_SECRETS.test(name));
	return { ...Object.fromEntries(kept), ...beside };
}
