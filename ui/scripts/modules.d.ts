// words.json in each language of ui/words, made by ui/build.mjs.
declare module 'words' {
	const words: Record<string, Record<string, string>>;
	export default words;
}
declare module 'htmx.org/dist/htmx.esm.js' {
	const htmx: unknown;
	export default htmx;
}
