/** Where the browser keeps bookmarks. Apart from them: whether there are any is asked before their code is here. */
export const BOOKMARKS_KEY = 'tickwire.bookmarks';
