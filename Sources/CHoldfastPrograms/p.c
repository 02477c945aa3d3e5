typedef int holdfast_placeholder;
