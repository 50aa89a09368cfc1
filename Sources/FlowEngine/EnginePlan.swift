public import FlowEnrich
public import FlowFeatures
public import FlowIncidents
import FlowModel
public import FlowSettings

/// What an engine runs by: the settings, and what they only name, opened.
public struct EnginePlan {
    /// Everything that can be set; nothing out of range.
    public var settings: Settings
    /// Which flows are looked at; nil for all.
    public var filter: FlowFilter?
    /// Blocklists; nil for none.
    public var blocklists: BlocklistTable?
    /// Where addresses are; nil for no geo files.
    public var geo: GeoDatabase?
    /// What `model-outlier` judges by.
    public var models: [TrainedModel] = []
    /// What evidence is worth, which the settings only name.
    public var calibration = Calibration()
    /// A suppression to be tried without hiding anything.
    public var preview: SuppressionRule?
    /// Whether findings without weight are made too, which is slower.
    public var takesAll = false
    /// Threads that detect, 1 or 2; what comes out is the same.
    public var threads = 2

    /// A plan of settings alone.
    public init(settings: Settings) { self.settings = settings }
}
