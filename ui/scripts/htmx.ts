// The one place that imports htmx. It swaps parts of pages; what we ask of it is this small face.
import htmx from 'htmx.org/dist/htmx.esm.js';

interface Swap {
	text: string;
	target: Element;
	select?: string;
	swap: string;
	sourceElement: Element;
}

interface Htmx {
	swap(swap: Swap): Promise<void>;
}

const face = htmx as unknown as Htmx;

// Puts what @select names in @text over @target, keeping focus and what was typed.
export function morph(target: Element, text: string, select: string): Promise<void> {
	return face.swap({ text, target, select, swap: 'outerMorph', sourceElement: target });
}
