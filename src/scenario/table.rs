//! THE table: everything that a person can state, one row each. Adding a parameter is one row here and its use in
//! a formula.
//!
//! A row is a doc comment, which is also the help text; the field with its type and default; then the
//! [`ParamId`], and with it the label (at most 14 characters), the heading, and what it may be with whatever else
//! is known of it ([`Columns`]). A field of type `Option` may be left to follow from the rest, `auto`. Its path is its
//! place in [`Scenario`]: the words that files, `--set` and reports use.
//!
//! Three files expand the rows: `id` into names, `stated` into fields, `rows` into parameters (the last column is
//! written with the imports of `rows`). Under a heading, parameters are shown in the order of this table; only the
//! first screen has an order of its own, [`MAIN`]. A table whose fields make sense `together` only is one cause where
//! causes are told apart; elsewhere each field is one `alone`.
//!
//! [`ParamId`]: crate::scenario::id::ParamId
//! [`Columns`]: crate::scenario::param::Columns
//! [`Scenario`]: crate::scenario::stated::Scenario
//! [`MAIN`]: crate::scenario::rows::MAIN

/// Hands the rows to the macro that declares something from them.
macro_rules! parameters {
    ($declare:ident) => {
    $declare! {
        {
            /// A smaller model that answers everything in the large one's place.
            distilled_model: Option<ModelId> = None => DistilledModel("Distilled", Strategies,
                model().aliases(&["routing.distilled_model", "serving.distilled_model"]));
        }

        /// A catalog model, its size, and single fields of its shape set by hand.
        model: ModelChoice, together {
            /// The model that is trained and served.
            preset: Option<ModelId> = None => ModelPreset("Model", Main, model());
            /// Total parameters; another size scales the preset's layers and width together.
            size: Option<f64> = None => ModelSize("Parameters", Main,
                number(log(Parameters, 1e8, 1e13).stops(SIZES))
                    .follows(|s, c| shape(s, c).total_parameters().value()));
            /// Transformer layers.
            layers: Option<f64> = None => ModelLayers("Layers", Shape,
                number(count(1.0, 1000.0)).follows(|s, c| shape(s, c).layers.value()));
            /// Width of the residual stream.
            hidden: Option<f64> = None => ModelHidden("Hidden", Shape,
                number(count(16.0, 1e6)).follows(|s, c| shape(s, c).hidden.value()));
            /// Query heads.
            heads: Option<f64> = None => ModelHeads("Heads", Shape,
                number(count(1.0, 4096.0)).follows(|s, c| shape(s, c).heads.value()));
            /// Key and value heads: fewer than heads in grouped-query attention, else one.
            kv_heads: Option<f64> = None => ModelKvHeads("KV heads", Shape,
                number(count(1.0, 4096.0)).follows(|s, c| shape(s, c).kv_heads.value()));
            /// Width of one head.
            head_dim: Option<f64> = None => ModelHeadDim("Head width", Shape,
                number(count(8.0, 4096.0)).follows(|s, c| shape(s, c).head_dim.value()));
            /// Feed-forward width of a dense layer.
            ffn: Option<f64> = None => ModelFfn("FFN width", Shape,
                number(count(16.0, 1e7)).follows(|s, c| shape(s, c).ffn.value()));
            /// Three feed-forward matrices instead of two.
            gated: Option<bool> = None => ModelGated("Gated", Shape,
                flag().follows(|s, c| shape(s, c).gated.value()));
            /// Entries of the vocabulary.
            vocab: Option<f64> = None => ModelVocab("Vocabulary", Shape,
                number(count(256.0, 1e7)).follows(|s, c| shape(s, c).vocab.value()));
            /// One matrix is embedding and output head.
            tied_embeddings: Option<bool> = None => ModelTiedEmbeddings("Tied", Shape,
                flag().follows(|s, c| shape(s, c).tied_embeddings.value()));
            /// Routed experts in a layer; 0 for a dense model.
            experts: Option<f64> = None => ModelExperts("Experts", Shape,
                number(count(0.0, 1e5)).follows(|s, c| shape(s, c).experts.map(|e| e.count).value()));
            /// Routed experts that a token visits.
            active_experts: Option<f64> = None => ModelActiveExperts("Active experts", Shape,
                number(count(1.0, 1e5)).follows(|s, c| shape(s, c).experts.map(|e| e.active).value()));
            /// Experts that every token visits.
            shared_experts: Option<f64> = None => ModelSharedExperts("Shared experts", Shape,
                number(count(0.0, 1e5)).follows(|s, c| shape(s, c).experts.map(|e| e.shared).value()));
            /// Feed-forward width of one expert.
            expert_ffn: Option<f64> = None => ModelExpertFfn("Expert width", Shape,
                number(count(16.0, 1e7)).follows(|s, c| shape(s, c).experts.map(|e| e.ffn).value()));
            /// Layers with a dense feed-forward in a mixture of experts.
            dense_layers: Option<f64> = None => ModelDenseLayers("Dense layers", Shape,
                number(count(0.0, 1000.0))
                    .follows(|s, c| shape(s, c).experts.map(|e| e.dense_layers).value()));
            /// Rank of the latent key and value; 0 for ordinary attention.
            kv_lora_rank: Option<f64> = None => ModelKvLoraRank("KV rank", Shape,
                number(count(0.0, 1e5)).follows(|s, c| shape(s, c).latent.map(|l| l.kv_rank).value()));
            /// Rank of the latent query.
            q_lora_rank: Option<f64> = None => ModelQLoraRank("Q rank", Shape,
                number(count(0.0, 1e5)).follows(|s, c| shape(s, c).latent.map(|l| l.q_rank).value()));
            /// Width of the rotary key of latent attention.
            qk_rope_dim: Option<f64> = None => ModelQkRopeDim("RoPE width", Shape,
                number(count(0.0, 4096.0)).follows(|s, c| shape(s, c).latent.map(|l| l.rope_dim).value()));
            /// Width of a latent head without rotary embedding.
            qk_nope_dim: Option<f64> = None => ModelQkNopeDim("NoPE width", Shape,
                number(count(0.0, 4096.0)).follows(|s, c| shape(s, c).latent.map(|l| l.nope_dim).value()));
            /// Width of a latent value head.
            v_head_dim: Option<f64> = None => ModelVHeadDim("V width", Shape,
                number(count(0.0, 4096.0)).follows(|s, c| shape(s, c).latent.map(|l| l.value_dim).value()));
            /// Tokens that a local layer sees.
            sliding_window: Option<f64> = None => ModelSlidingWindow("Window", Shape,
                number(count(16.0, 1e7))
                    .follows(|s, c| shape(s, c).locality.and_then(window).value()));
            /// Every n-th layer sees the whole context.
            global_every: Option<f64> = None => ModelGlobalEvery("Global every", Shape,
                number(count(1.0, 1000.0))
                    .follows(|s, c| shape(s, c).locality.map(|l| l.global_every).value()));
        }

        /// Who asks, how much and how it grows.
        workload: Workload, alone {
            /// Tokens of one request, prompt and output together.
            sequence_length: f64 = 2048.0 => WorkloadSequenceLength("Sequence", Main,
                number(binary(Context, 2.0, 4_194_304.0).fractional().stops(CONTEXTS)
                    .plausible(1024.0, 4096.0)));
            /// Share of requests that a response cache answers without a GPU; 30-60% are common.
            cache_hit_rate: f64 = 0.0 => WorkloadCacheHitRate("Cache hits", Main,
                number(share().between(0.0, 0.99).plausible(0.1, 0.6).band("common", 0.3, 0.6)));
            /// Requests a day, before any cache.
            requests_per_day: f64 = 1e6 => WorkloadRequestsPerDay("Requests/day", Demand,
                number(log(Count, 1.0, 1e11).stops(&[1e3, 1e5, 1e6, 1e7, 1e8, 1e9])));
            /// Share of a request's tokens that the model writes; the rest is prompt.
            output_share: f64 = 0.25 => WorkloadOutputShare("Output share", Demand,
                number(share().between(1e-6, 1.0).plausible(0.1, 0.5)));
            /// Share of prompt tokens that the prefix cache holds already: they skip prefill.
            prefix_cache_hit_rate: f64 = 0.0 => WorkloadPrefixCacheHitRate("Prefix hits", Demand,
                number(share().between(0.0, 0.99).plausible(0.0, 0.6)));
            /// Peak of the daily demand curve over its mean.
            peak_to_mean: f64 = 1.5 => WorkloadPeakToMean("Peak / mean", Demand,
                number(linear(Ratio, 1.0, 10.0, 0.1).plausible(1.2, 2.5)));
            /// Growth of the requests from month to month.
            growth_per_month: f64 = 0.0 => WorkloadGrowthPerMonth("Growth/month", Demand,
                number(linear(Share, -0.5, 1.0, 0.01).plausible(0.0, 0.1)));
            /// Months over which training and inference are compared.
            horizon_months: f64 = 24.0 => WorkloadHorizonMonths("Horizon", Demand,
                number(linear(Months, 1.0, 120.0, 1.0).whole().stops(&[6.0, 12.0, 24.0, 36.0, 60.0])
                    .plausible(12.0, 36.0)));
            /// Wanted mean time to first token; the article's line is 100 ms.
            latency_target_ms: Option<f64> = None => WorkloadLatencyTargetMs("Latency target", Demand,
                number(log(Milliseconds, 10.0, 600_000.0).stops(&[100.0, 500.0, 1e3, 5e3])));
        }

        /// How the model is served.
        serving: Serving, alone {
            /// Requests in flight on a replica: more share each read of the weights, and wait.
            batch_size: Batch = Batch::Requests(32.0) => ServingBatchSize("Batch", Main,
                number(binary(Count, 1.0, MAX_BATCH).stops(&[1.0, 8.0, 32.0, 128.0, 512.0, 2048.0])
                    .or_word(MAX).plausible(8.0, 128.0)));
            /// The accelerator that serves, where it is another than the main one.
            gpu: Option<GpuId> = None => ServingGpu("Serving GPU", Serving,
                gpu().follows(|s, _| resolve::serving_gpu(s).value()));
            /// The serving software; its overheads are measured.
            engine: ServingEngine = ServingEngine::Vllm => ServingEngine("Engine", Serving,
                words(ServingEngine::IDS));
            /// Number format of the served weights; speed gains less than the bits suggest.
            weight_precision: Option<Precision> = None => ServingWeightPrecision("Weights", Serving,
                words(const { &ids_of([Bf16, Fp16, Fp8, Int8, Int4, Fp4]) })
                    .follows(|s, c| resolve::weight_precision(s, &resolve::served_shape(s, c)).value()));
            /// Number format of the KV cache.
            kv_precision: Option<Precision> = None => ServingKvPrecision("KV cache", Serving,
                words(const { &ids_of([Bf16, Fp16, Fp8, Int8, Fp4]) }).follows(|_, _| Bf16.value()));
            /// GPUs that share every layer of a replica; auto: the cheapest that meets the target.
            tensor_parallel: Option<f64> = None => ServingTensorParallel("Tensor par.", Serving,
                number(binary(Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0, 16.0]))
                    .chosen(|outcome| served(outcome).map(|main| main.gpus_per_replica).value()));
            /// GPUs of a replica that hold whole experts instead of a slice of each.
            expert_parallel: Option<f64> = None => ServingExpertParallel("Expert par.", Serving,
                number(binary(Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0, 16.0]))
                    .chosen(|outcome| {
                        served(outcome).map(|main| degree(main.plan.deployment.expert_parallel)).value()
                    }));
            /// Continuous: requests join and leave at every step; static: all start and end.
            batching: Batching = Batching::Continuous => ServingBatching("Batching", Serving,
                words(Batching::IDS));
            /// Share of a replica's full rate planned at the peak; the rest absorbs bursts.
            target_utilization: f64 = 0.7 => ServingTargetUtilization("Utilization", Serving,
                number(share().between(0.05, 1.0).plausible(0.4, 0.9)));
            /// Replicas follow the daily curve, half an hour around it, not the peak all day.
            autoscaling: bool = false => ServingAutoscaling("Autoscaling", Serving, flag());
            /// Replicas that always run.
            min_replicas: f64 = 1.0 => ServingMinReplicas("Min replicas", Serving,
                number(linear(Count, 0.0, 10_000.0, 1.0).whole()));
            /// Rent of a serving GPU; by default the catalog's price on the chosen commitment.
            price_per_gpu_hour: Option<f64> = None => ServingPricePerGpuHour("Serving price", Money,
                number(log(UsdPerHour, 0.01, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0]))
                    .follows(|s, c| resolve::serving_price(s, c).value()));
            /// How serving GPUs are paid for.
            commitment: Commitment = Commitment::OnDemand => ServingCommitment("Serving terms", Money,
                words(Commitment::IDS));
            /// Share of serving on spot capacity.
            spot_share: f64 = 0.0 => ServingSpotShare("Serving spot", Money, number(share()));
            /// What spot capacity saves of the rent of a serving GPU.
            spot_discount: f64 = 0.65 => ServingSpotDiscount("Spot discount", Money,
                number(share().between(0.0, 0.95).plausible(0.5, 0.9).band("typical", 0.6, 0.9)));
            /// Share of the peak on owned hardware, under rented GPUs for the burst.
            owned_share: f64 = 0.0 => ServingOwnedShare("Serving owned", Money, number(share()));
        }

        /// The hardware that serves, and trains where nothing else is known.
        hardware: Hardware, alone {
            /// The accelerator that serves, and trains where nothing else is known.
            gpu: GpuId = GpuId(0) => HardwareGpu("GPU", Main, gpu());
        }

        /// The training run and its money.
        training: Training, alone {
            /// A model from nothing, all weights of a given one, or adapters on a frozen one.
            method: TrainingMethod = TrainingMethod::Pretrain => TrainingMethod("Method", Training,
                words(TrainingMethod::IDS));
            /// Tokens that the model is trained on; by default its makers' own number.
            tokens: Option<f64> = None => TrainingTokens("Tokens", Training,
                number(log(Tokens, 1e6, 1e15).stops(&[1e9, 1e10, 1e11, 1e12, 1e13]))
                    .follows(|s, c| resolve::training_tokens(s, c).value()));
            /// The accelerator of the run; by default the one that really trained the model.
            gpu: Option<GpuId> = None => TrainingGpu("Training GPU", Training,
                gpu().follows(|s, c| resolve::training_gpu(s, c).value()));
            /// GPUs of the run: more finish sooner and lose more to communication.
            gpus: Option<f64> = None => TrainingGpus("Training GPUs", Training,
                number(binary(Count, 1.0, 1_048_576.0).stops(&[8.0, 64.0, 512.0, 4096.0, 32_768.0]))
                    .chosen(|outcome| outcome.training.run.gpus.value()));
            /// Arithmetic of the matrix products.
            precision: Option<Precision> = None => TrainingPrecision("Arithmetic", Training,
                words(const { &ids_of([Fp32, Tf32, Fp16, Bf16, Fp8]) })
                    .follows(|s, c| resolve::training_precision(s, c).value()));
            /// Gradient checkpointing: full drops activations and repeats the forward pass.
            recompute: Option<Recompute> = None => TrainingRecompute("Recompute", Training,
                words(Recompute::IDS).chosen(|outcome| outcome.training.run.recompute.value()));
            /// Sequence length of training.
            sequence_length: Option<f64> = None => TrainingSequenceLength("Train sequence", Training,
                number(binary(Context, 128.0, 1_048_576.0).stops(CONTEXTS))
                    .follows(|s, c| resolve::training_sequence(s, c).value()));
            /// Tokens between two optimizer steps.
            global_batch_tokens: Option<f64> = None => TrainingGlobalBatchTokens("Global batch", Training,
                number(log(Tokens, 1e3, 1e9).stops(&[1e6, 4e6, 16e6, 64e6]))
                    .chosen(|outcome| outcome.training.run.global_batch_tokens.value()));
            /// GPUs that share every layer; the rest of the GPUs run data-parallel replicas.
            tensor_parallel: Option<f64> = None => TrainingTensorParallel("Tensor par.", Training,
                number(binary(Count, 1.0, 128.0).stops(&[1.0, 2.0, 4.0, 8.0]))
                    .chosen(|outcome| degree(outcome.training.run.tensor_parallel).value()));
            /// Stages into which the layers are cut; part of each step is the bubble.
            pipeline_parallel: Option<f64> = None => TrainingPipelineParallel("Pipeline par.", Training,
                number(binary(Count, 1.0, 256.0).stops(&[1.0, 4.0, 8.0, 16.0]))
                    .chosen(|outcome| degree(outcome.training.run.pipeline_parallel).value()));
            /// GPUs over which whole experts are spread.
            expert_parallel: Option<f64> = None => TrainingExpertParallel("Expert par.", Training,
                number(binary(Count, 1.0, 512.0).stops(&[1.0, 8.0, 16.0, 64.0]))
                    .chosen(|outcome| degree(outcome.training.run.expert_parallel).value()));
            /// Steady model FLOPs utilization, where known; else it comes out of the step.
            mfu: Option<f64> = None => TrainingMfu("MFU", Training,
                number(share().between(0.01, 1.0)).chosen(|outcome| outcome.training.run.mfu.value()));
            /// Share of the billed time that advances the run, not restarts or evaluation.
            goodput: Option<f64> = None => TrainingGoodput("Goodput", Training,
                number(share().between(0.05, 1.0).plausible(0.65, 0.97))
                    .chosen(|outcome| outcome.training.run.goodput.value()));
            /// Rent of a training GPU; by default the catalog's price on the chosen commitment.
            price_per_gpu_hour: Option<f64> = None => TrainingPricePerGpuHour("Training price", Money,
                number(log(UsdPerHour, 0.01, 1000.0).stops(&[0.5, 1.0, 2.0, 5.0, 10.0]))
                    .follows(|s, c| resolve::training_price(s, c).value()));
            /// How training GPUs are paid for.
            commitment: Commitment = Commitment::OnDemand => TrainingCommitment("Training terms", Money,
                words(Commitment::IDS));
            /// Share of training on spot capacity; preemptions repeat a tenth of that work.
            spot_share: f64 = 0.0 => TrainingSpotShare("Training spot", Money, number(share()));
            /// What spot capacity saves of the rent of a training GPU.
            spot_discount: f64 = 0.65 => TrainingSpotDiscount("Spot discount", Money,
                number(share().between(0.0, 0.95).plausible(0.5, 0.9).band("typical", 0.6, 0.9)));
            /// Share of training in cheap windows; past ten hours of the day the run waits.
            off_peak_share: f64 = 0.0 => TrainingOffPeakShare("Off-peak", Money, number(share()));
            /// What those windows save of the rent.
            off_peak_discount: f64 = 0.2 => TrainingOffPeakDiscount("Off-peak disc.", Money,
                number(share().between(0.0, 0.9).plausible(0.1, 0.4)));
            /// Share of training on owned hardware.
            owned_share: f64 = 0.0 => TrainingOwnedShare("Training owned", Money, number(share()));
            /// Compute of the whole programme over that of the final run.
            experiments: f64 = 2.2 => TrainingExperiments("Experiments", Money,
                number(linear(Ratio, 1.0, 20.0, 0.2).plausible(1.2, 4.0)));
            /// Share of the experiments beyond the final run that an automated pipeline saves.
            automation: f64 = 0.0 => TrainingAutomation("Automation", Money, number(share()));
            /// Engineering time as a share of the whole programme.
            staff_share: f64 = 0.39 => TrainingStaffShare("Staff share", Money,
                number(share().between(0.0, 0.95).plausible(0.29, 0.49)));
            /// New versions a year after the first.
            versions_per_year: f64 = 0.0 => TrainingVersionsPerYear("Versions/year", Money,
                number(linear(Count, 0.0, 52.0, 1.0)));
            /// Cost of a new version relative to the first programme.
            update_cost_share: f64 = 0.2 => TrainingUpdateCostShare("Update cost", Money,
                number(share().between(0.0, 2.0).plausible(0.05, 0.5)));
            /// What a new version earns or saves a month: when has it paid for itself?
            version_value_usd_per_month: Option<f64> = None =>
                TrainingVersionValueUsdPerMonth("Version value", Money,
                number(log(Usd, 1.0, 1e12)));
        }

        /// Electricity and owned hardware.
        power: Power, alone {
            /// Electricity, USD per kWh.
            electricity_usd_per_kwh: f64 = 0.0826 => PowerElectricityUsdPerKwh("Electricity", Money,
                number(linear(Usd, 0.0, 1.0, 0.01).plausible(0.06, 0.15)));
            /// Power of the facility over that of its servers: cooling and conversion.
            pue: f64 = 1.2 => PowerPue("PUE", Money,
                number(linear(Ratio, 1.0, 3.0, 0.05).plausible(1.1, 1.4)));
            /// Power of a server over that of its GPUs.
            server_power_ratio: f64 = 1.8 => PowerServerPowerRatio("Server power", Money,
                number(linear(Ratio, 1.0, 3.0, 0.1).plausible(1.4, 2.0)));
            /// Share of rated power drawn under load.
            draw: f64 = 0.75 => PowerDraw("Power draw", Money,
                number(share().between(0.05, 1.0).plausible(0.6, 0.9)));
            /// Cluster network as a share of an owned cluster's price.
            interconnect_share: f64 = 0.19 => PowerInterconnectShare("Network share", Money,
                number(share().between(0.0, 0.9).plausible(0.1, 0.25)));
            /// Years over which owned hardware is written off.
            lifetime_years: f64 = 4.0 => PowerLifetimeYears("Lifetime", Money,
                number(linear(Years, 1.0, 15.0, 1.0).plausible(3.0, 6.0)));
            /// Space for owned hardware, USD for each kW and month.
            colocation_usd_per_kw_month: f64 = 150.0 => PowerColocationUsdPerKwMonth("Colocation", Money,
                number(linear(Usd, 0.0, 1000.0, 10.0).plausible(120.0, 200.0)));
        }

        /// Simple queries to a smaller model.
        routing: Routing, together {
            /// The model that takes simple queries.
            small_model: Option<ModelId> = None => RoutingSmallModel("Small model", Strategies, model());
            /// Share of the requests that go to the small model.
            share: f64 = 0.0 => RoutingShare("Routed", Strategies, number(share().plausible(0.2, 0.7)));
        }

        /// Requests on the users' own devices.
        edge: EdgeChoice, alone {
            /// Share of the requests answered on the users' own devices.
            share: f64 = 0.0 => EdgeShare("Edge", Strategies, number(share()));
            /// What a request on a device costs.
            cost_per_request: f64 = 0.0001 => EdgeCostPerRequest("Edge cost", Strategies,
                number(log(Usd, 1e-7, 1.0)));
            /// Network time that a request on a device saves.
            latency_saved_ms: f64 = 50.0 => EdgeLatencySavedMs("Edge saves", Strategies,
                number(linear(Milliseconds, 0.0, 2000.0, 10.0)));
        }

        /// What may be spent.
        budget: Budget, alone {
            /// What training may cost.
            training_usd: Option<f64> = None => BudgetTrainingUsd("Train budget", Governance,
                number(log(Usd, 1.0, 1e12)).unset("not set"));
            /// What a month of inference may cost; enterprises spend $50k to $500k.
            monthly_inference_usd: Option<f64> = None => BudgetMonthlyInferenceUsd("Month budget", Governance,
                number(log(Usd, 1.0, 1e12).band("enterprise", 50e3, 500e3)).unset("not set"));
        }

        /// What was spent and measured.
        actual: Actual, alone {
            /// What training really cost, from a bill.
            training_usd: Option<f64> = None => ActualTrainingUsd("Actual train", Governance,
                number(log(Usd, 1.0, 1e12)).unset("not set"));
            /// What a month of inference really costs, from a bill.
            monthly_inference_usd: Option<f64> = None => ActualMonthlyInferenceUsd("Actual month", Governance,
                number(log(Usd, 1.0, 1e12)).unset("not set"));
            /// Measured cost of a request.
            usd_per_request: Option<f64> = None => ActualUsdPerRequest("Actual/request", Governance,
                number(log(Usd, 1e-9, 1e3)).unset("not set"));
            /// Measured utilization of the fleet.
            utilization: Option<f64> = None => ActualUtilization("Actual util.", Governance,
                number(share()).unset("not set"));
            /// Measured mean time to first token.
            ttft_ms: Option<f64> = None => ActualTtftMs("Actual TTFT", Governance,
                number(log(Milliseconds, 0.1, 600_000.0)).unset("not set"));
        }

        /// Yes or no, where a person has said so.
        advice: AdviceAnswers, alone {
            /// Models are developed or fine-tuned often.
            develops_often: Option<bool> = None => AdviceDevelopsOften("Develops often", Governance, flag());
            /// Research comes before production.
            research_first: Option<bool> = None => AdviceResearchFirst("Research first", Governance, flag());
            /// The model's quality moves the business.
            quality_moves_business: Option<bool> = None =>
                AdviceQualityMovesBusiness("Quality counts", Governance,
                flag());
            /// The model is stable and carries production traffic.
            stable_model: Option<bool> = None => AdviceStableModel("Stable model", Governance, flag());
            /// A platform is being built.
            building_platform: Option<bool> = None => AdviceBuildingPlatform("Platform", Governance, flag());
            /// The model is updated continuously.
            continuous_updates: Option<bool> = None => AdviceContinuousUpdates("Always updated", Governance,
                flag());
            /// Velocity and efficiency both matter.
            velocity_and_efficiency: Option<bool> = None =>
                AdviceVelocityAndEfficiency("Both matter", Governance,
                flag());
            /// Training and inference have a team each.
            dedicated_teams: Option<bool> = None => AdviceDedicatedTeams("Two teams", Governance, flag());
        }

        [
            /// A service level: its part of the traffic, its batch, its latency target, and the price of its GPUs.
            tier: Tier {
                /// Share of the requests in this service tier.
                share: f64 = 0.0 => Tier1Share Tier2Share Tier3Share Tier4Share("share", Strategies,
                    number(share()));
                /// Requests in flight on a replica of this tier.
                batch_size: Option<f64> = None =>
                    Tier1BatchSize Tier2BatchSize Tier3BatchSize Tier4BatchSize("batch", Strategies,
                    number(binary(Count, 1.0, MAX_BATCH)).follows(|s, _| s.serving.batch_size.value()));
                /// Wanted mean time to first token in this tier.
                latency_target_ms: Option<f64> = None =>
                    Tier1LatencyTargetMs Tier2LatencyTargetMs Tier3LatencyTargetMs Tier4LatencyTargetMs(
                    "target", Strategies, number(log(Milliseconds, 10.0, 600_000.0))
                        .follows(|s, _| s.workload.latency_target_ms.value()));
                /// Price of this tier's GPUs against the main pool's: below 1 for spot or off-peak work.
                price_factor: f64 = 1.0 =>
                    Tier1PriceFactor Tier2PriceFactor Tier3PriceFactor Tier4PriceFactor("price", Strategies,
                    number(linear(Ratio, 0.1, 3.0, 0.1)));
            }
        ]
    }
    };
}

pub(crate) use parameters;
