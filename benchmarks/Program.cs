using OpenGradient.Benchmarks.Indexer;

// Beside `og bench`, which starts this where what is measured must not share a process with what it is asked by.
return args switch
{
    ["canned-node", var blocks, var logsPerBlock] => await CannedNodeProcess.ServeAsync(blocks, logsPerBlock),
    _ => throw new NotSupportedException("Only `og bench` starts this: canned-node BLOCKS LOGS_PER_BLOCK"),
};
