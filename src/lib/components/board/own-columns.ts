import { createContext } from 'svelte';
import type { BoardColumns } from '../../state/board-columns.svelte.ts';

/** The columns of the board that is shown, for its parts. */
const [getBoardColumns, provideBoardColumns] = createContext<BoardColumns>();
export { getBoardColumns, provideBoardColumns };
