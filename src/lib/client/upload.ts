import { LibraryError, readJson, sentenceOf } from './library-link.ts';

export interface Upload<Answer> {
  /** Rejects with a LibraryError. */
  readonly answer: Promise<Answer>;
  cancel(): void;
}

/** Sends a file and tells how far it is: `fetch` cannot tell that of what it sends. */
export function upload<Answer>(
  path: string,
  file: Blob,
  onProgress: (sentBytes: number) => void,
): Upload<Answer> {
  const request = new XMLHttpRequest();
  const answer = new Promise<Answer>((resolve, reject) => {
    request.open('POST', path);
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded));
    request.addEventListener('load', () => {
      void readJson(() => Promise.resolve(request.responseText)).then((body) => {
        const { status } = request;
        if (status >= 200 && status < 300 && body !== null) resolve(body as Answer);
        else reject(new LibraryError(status, sentenceOf(body, status)));
      });
    });
    request.addEventListener('error', () => reject(new LibraryError(0, 'The upload was broken off.')));
    request.addEventListener('abort', () => reject(new LibraryError(0, 'The upload was cancelled.')));
    request.send(file);
  });
  return { answer, cancel: () => request.abort() };
}
