/** Letters and digits of any script, and what file names of every system may hold; no path, no hidden file, no blank at an end. */
const NAME = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N} ._()+=@#&,!'$%;[\]{}~-]{0,98}[\p{L}\p{M}\p{N})])?$/u;
/** Names that Windows keeps for devices, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
const NAME_CHARS_MAX = 100;
/** File systems count bytes. */
const NAME_BYTES_MAX = 200;

const FILE_NAME_CHARS_MAX = 150;

export const RECORDING_SUFFIX = '.tape';

/** What a recording may be called: the name of its file, without `.tape`. */
export function isRecordingName(name: string): boolean {
  return NAME.test(name) && !DEVICE.test(name) && Buffer.byteLength(name) <= NAME_BYTES_MAX;
}

/** The name itself, or with the first number behind it that makes it free: `open (2)`. A long one loses its end for that. */
export function freeName(name: string, isTaken: (name: string) => boolean): string {
  let free = name;
  for (let number = 2; isTaken(free); number += 1) {
    const suffix = ` (${number})`;
    free = `${shortened(name, suffix.length)}${suffix}`;
  }
  return free;
}

/** What leaves room for so many characters more, whole ones. */
function shortened(name: string, room: number): string {
  const signs = [...name];
  while (
    signs.join('').length + room > NAME_CHARS_MAX ||
    Buffer.byteLength(signs.join('')) + room > NAME_BYTES_MAX
  )
    signs.pop();
  return signs.join('').trimEnd();
}

/** A name for a recording that is made of this file: without endings, and without what a name may not hold. */
export function nameOfFile(file: string): string {
  const stem = file.replace(/(?:\.(?:gz|zst|zip|bz2|csv|json|jsonl|txt|parquet|dbn|tape|log))+$/i, '');
  const name = stem
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N} ._()+=@#&,-]+/gu, '_')
    .slice(0, 90)
    .replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N})]+$/gu, '');
  return isRecordingName(name) ? name : 'Import';
}

/** The name under which an upload is stored: its own, so that an importer sees what it says, as far as that is no path and no trick. */
export function uploadName(file: string): string {
  const base = file.split(/[/\\]/).at(-1)!;
  const name = base.replaceAll(/[\p{Cc}<>:"|?*]/gu, '_').replace(/^\.+/, '');
  const cut = name.length > FILE_NAME_CHARS_MAX ? name.slice(-FILE_NAME_CHARS_MAX) : name;
  return cut === '' ? 'upload' : cut;
}
