/** What every viewer of a benchmark says in `hello`: the production server asks for it, as one that many reach does. */
export const VIEWER_TOKEN = 'bench-0123456789abcdef';
