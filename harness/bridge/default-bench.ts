const LONGEST_NAME = 64;

/** A bench's name made of a host's: `Lab-PC.example.org` is `lab-pc`; `bench` where nothing of it may stand in a topic. */
export function defaultBench(hostName: string): string {
	const [first = ''] = hostName.toLowerCase().split('.');
	const name = first
		.replace(/[^a-z0-9-]+/g, '-')
		.replace(/^-+/, '')
		.slice(0, LONGEST_NAME)
		.replace(/-+$/, '');
	return name === '' ? 'bench' : name;
}
