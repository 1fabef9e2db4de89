import { inspectLnn } from '../model/inspect.ts';
import { readLnn } from '../model/lnn-reader.ts';
import { modelText } from './model-text.ts';

/** `ossicle model inspect <file.lnn>`. @returns the exit code. @throws OssicleError (usage) `lnn`, `lnn-unreadable` */
export function modelInspectCommand(file: string, options: { json?: boolean }): number {
	const inspection = inspectLnn(readLnn(file));
	console.log(options.json === true ? JSON.stringify(inspection, null, '\t') : modelText(inspection, file));
	return 0;
}
