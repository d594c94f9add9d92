/** A toast that can be acted on stands at least so long, ms: ten seconds are the least that a decision needs. */
export const ACTION_MS = 15_000;
export const WORDS_MS = 8_000;
const TOASTS_MAX = 4;

export interface ToastAction {
  readonly label: string;
  /** Goes to a page of the app; absent = `run` does something. */
  readonly href?: string;
  run?(): void;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'problem';
  /** Share of work that goes on, 0 to 1; null = nothing goes on. */
  readonly progress: number | null;
  readonly actions: readonly ToastAction[];
  /** How long it stands, ms; null = until it is changed or closed. */
  readonly standsMs: number | null;
}

export type ToastWords = Partial<Omit<Toast, 'id'>> & { readonly text: string };

export interface OpenToast {
  update(words: ToastWords): void;
  close(): void;
}

/** What was done and can still be acted on: undo, open, cancel. Newest last; the oldest that stands by itself makes room. */
export class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  get list(): readonly Toast[] {
    return this.#list;
  }

  show(words: ToastWords): OpenToast {
    const id = this.#next;
    this.#next += 1;
    this.#list = [...this.#list, toastOf(id, words)];
    if (this.#list.length > TOASTS_MAX) {
      const oldest = this.#list.find(({ standsMs }) => standsMs !== null) ?? this.#list[0]!;
      this.close(oldest.id);
    }
    return {
      update: (next) => {
        this.#list = this.#list.map((toast) => (toast.id === id ? toastOf(id, next) : toast));
      },
      close: () => this.close(id),
    };
  }

  close(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }
}

function toastOf(id: number, words: ToastWords): Toast {
  const { progress = null, actions = [] } = words;
  const standsMs = progress !== null ? null : actions.length > 0 ? ACTION_MS : WORDS_MS;
  return { tone: 'plain', progress, actions, standsMs, ...words, id };
}
