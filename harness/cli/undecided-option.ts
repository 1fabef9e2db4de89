import { OssicleError } from '../error.ts';
import type { Undecided } from '../judge/exit-code.ts';

/** `--inconclusive warn|fail`. @throws OssicleError `option` (usage) */
export function undecidedOf(text: string | undefined): Undecided {
	if (text === undefined || text === 'fail') return 'fail';
	if (text === 'warn') return 'warn';
	throw new OssicleError('option', 'usage', `--inconclusive: expected \`warn\` or \`fail\`, got \`${text}\`.`, {
		inconclusive: text,
	});
}
