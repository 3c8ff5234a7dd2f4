namespace Steward.Bench.Routing;

/// <summary>Multinomial logistic regression: a weight for each feature and class, and the softmax of their sums. Trained by full-batch gradient descent on cross-entropy with L2, so it gives the same weights on every run.</summary>
internal sealed class LogisticRegression
{
    private readonly double[][] _weights;

    private LogisticRegression(double[][] weights) => _weights = weights;

    /// <param name="examples">Features, of which the first is 1 and is not held small, and the class.</param>
    /// <param name="ridge">How small the weights are held.</param>
    public static LogisticRegression Train(IReadOnlyList<(double[] Features, int Class)> examples, int classes, double ridge, int rounds, double step)
    {
        var width = examples[0].Features.Length;
        var weights = Enumerable.Range(0, classes).Select(_ => new double[width]).ToArray();
        var model = new LogisticRegression(weights);
        for (var round = 0; round < rounds; round++)
        {
            var gradients = Enumerable.Range(0, classes).Select(_ => new double[width]).ToArray();
            foreach (var (features, right) in examples)
            {
                var odds = model.Of(features);
                for (var c = 0; c < classes; c++)
                {
                    var error = odds[c] - (c == right ? 1 : 0);
                    for (var i = 0; i < width; i++)
                    {
                        gradients[c][i] += error * features[i];
                    }
                }
            }

            for (var c = 0; c < classes; c++)
            {
                for (var i = 0; i < width; i++)
                {
                    weights[c][i] -= step * ((gradients[c][i] / examples.Count) + (i == 0 ? 0 : ridge * weights[c][i]));
                }
            }
        }

        return model;
    }

    /// <summary>How likely each class is.</summary>
    public double[] Of(double[] features)
    {
        var sums = Array.ConvertAll(_weights, weights =>
        {
            var sum = 0.0;
            for (var i = 0; i < weights.Length; i++)
            {
                sum += weights[i] * features[i];
            }

            return sum;
        });
        var most = sums.Max();
        var odds = Array.ConvertAll(sums, sum => Math.Exp(sum - most));
        var all = odds.Sum();
        return Array.ConvertAll(odds, one => one / all);
    }
}
