"""From characters to numbers, measure words, sentences, agencies and years."""
