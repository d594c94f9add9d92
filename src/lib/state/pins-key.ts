/** Where the browser keeps what is pinned. Apart from it: whether anything is is asked before its code is here. */
export const PINS_KEY = 'tickwire.pins';
